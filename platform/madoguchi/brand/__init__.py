"""How a city looks: its colour, its logo and whom its pages name, chosen by the city itself."""
