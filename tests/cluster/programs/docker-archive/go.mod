module quetzal.test/docker-archive

go 1.26
