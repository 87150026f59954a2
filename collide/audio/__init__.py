"""audio: from the sound of each layer to one finished mix."""
