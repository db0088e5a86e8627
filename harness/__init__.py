"""Will the process that loads a Keras model tomorrow get the model that was saved today?"""
