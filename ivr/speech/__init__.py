"""Speech: the recogniser, what its words mean, and the model that it hears with."""
