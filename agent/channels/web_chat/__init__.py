"""How do buyers talk to Nightdesk in a web page?"""
