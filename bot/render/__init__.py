"""Every word and every block that Slack shows. Pure: values in, Block Kit out."""
