module many-watches

go 1.23
