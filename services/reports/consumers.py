"""What reports hears of others: only that somebody's rights have changed, which every consumer keeps."""

from shared.consuming import Consumer

consumer = Consumer("reports")
