"""What all played acquirers share: shops and their keys, test cards, the page for the payer, notices, the control calls."""
