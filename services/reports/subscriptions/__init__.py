"""Who wants to be told of reports: by subscription, never by address."""
