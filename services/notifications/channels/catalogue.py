"""The channels there are: a new one is a file of its own, and a line here."""

from services.notifications.channels.domain import Channel, ChannelName
from services.notifications.channels.matrix import Matrix
from services.notifications.channels.webhook import Webhook

CHANNELS: dict[ChannelName, Channel] = {"webhook": Webhook(), "matrix": Matrix()}
