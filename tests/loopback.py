"""This machine as a network that the tests allow: their push services, robots and platforms stand there."""

from app.networks import AllowedNetworks

SAID = "127.0.0.0/8,::1/128"
LOOPBACK = AllowedNetworks.read(SAID)
