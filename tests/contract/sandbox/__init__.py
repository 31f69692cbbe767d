"""The sandbox, judged by the clients that the bot uses."""
