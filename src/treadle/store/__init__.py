"""What is kept between two commands: the failures that were found."""
