module quetzal.test/pause

go 1.26
