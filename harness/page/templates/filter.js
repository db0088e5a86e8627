"use strict";
// Without this, everything is on the page: it only hides what nobody asks for, and opens what an address leads to.
(function () {
  var form = document.querySelector(".filters");
  var cells = Array.prototype.slice.call(document.querySelectorAll("tbody.cell"));

  function open() {
    var found = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    var folded = found && found.matches("tbody.cell") && found.querySelector("details");
    if (folded) { folded.open = true; found.scrollIntoView(); }
  }

  function filter() {
    var words = form.q.value.toLowerCase().split(/\s+/).filter(Boolean);
    var shown = 0;
    cells.forEach(function (cell) {
      var text = (cell.id + " " + cell.querySelector("summary").textContent).toLowerCase();
      var fits = words.every(function (word) { return text.indexOf(word) >= 0; });
      if (fits && form.state.value) { fits = form.state.value === cell.dataset.state; }
      if (fits && form.way.value) { fits = cell.closest("section").id === form.way.value; }
      if (fits && form.aspect.value) {
        var column = Number(form.aspect.value);
        var there = cell.rows[0].cells[column].className;
        fits = !/^(kept|kept-freely|unseen|not-reached)$/.test(there);
      }
      cell.hidden = !fits;
      shown += fits ? 1 : 0;
    });
    document.querySelectorAll("section.way").forEach(function (section) {
      section.hidden = !section.querySelector("tbody.cell:not([hidden])");
    });
    form.querySelector("output").textContent = shown + " of " + cells.length + " cells";
    var asked = new URLSearchParams();
    ["q", "state", "way", "aspect"].forEach(function (name) { if (form[name].value) { asked.set(name, form[name].value); } });
    try {
      history.replaceState(null, "", location.pathname + (asked.toString() ? "?" + asked : "") + location.hash);
    } catch (error) { /* a page that was opened from a folder may not change its address */ }
  }

  if (form) {
    new URLSearchParams(location.search).forEach(function (value, name) {
      if (form.elements[name]) { form.elements[name].value = value; }
    });
    form.hidden = false;
    form.addEventListener("input", filter);
    form.addEventListener("submit", function (event) { event.preventDefault(); });
    document.addEventListener("keydown", function (event) {
      if (event.key === "/" && !/^(INPUT|SELECT)$/.test(document.activeElement.tagName)) { event.preventDefault(); form.q.focus(); }
    });
    if (location.search) { filter(); }
  }
  window.addEventListener("hashchange", open);
  open();
})();
