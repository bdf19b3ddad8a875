"""What everyone stands on: files, git, the environment, and the moment a module is imported."""
