"""How is it tried that the rules say what their owner means?"""
