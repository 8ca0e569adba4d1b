"""Bank acquiring of the RBS family (Sberbank, Alfa and others): REST and SOAP of one gateway."""
