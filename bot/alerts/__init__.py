"""What is worth telling people about the fleet, and why. Pure: pictures in, decisions out.

`sights` believes or doubts what the Hub shows, `follow` turns what is believed into incidents,
`places` says on which card an incident stands, `nags` when people are asked again.
"""
