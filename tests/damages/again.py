"""Damages that show, or show more, when what was loaded is saved again."""

from __future__ import annotations

from damages.damage import after_load, rename


@after_load
def refuses_to_save(model):
    """What was loaded cannot be saved."""

    def save(*args, **kwargs):
        raise ValueError("a model that was loaded is not saved")

    model.save = save


@after_load
def refuses_another_format(model):
    """What was loaded can be saved in the same format, and in no other."""
    save = model.save

    def guarded(path, *args, **kwargs):
        if path.endswith(".keras"):
            raise ValueError("a model that was loaded from HDF5 stays in HDF5")
        save(path, *args, **kwargs)

    model.save = guarded


@after_load
def saves_without_a_bias(model):
    """What was loaded is saved with a bias of zeros."""
    save, bias = model.save, model.get_layer("second").bias

    def forgetful(*args, **kwargs):
        value = bias.numpy()
        bias.assign(value * 0)
        save(*args, **kwargs)
        bias.assign(value)

    model.save = forgetful


@after_load
def name_nested_deeper(model):
    """The name of the model grows at every load."""
    rename(model, f"loaded_{model.name}")


@after_load
def weights_drift(model):
    """A weight that no output depends on grows at every load."""
    kernel = model.get_layer("first").kernel
    value = kernel.numpy()
    value[3] += 1
    kernel.assign(value)
