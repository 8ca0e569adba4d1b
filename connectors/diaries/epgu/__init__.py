"""The Gosuslugi service of current progress as SOAP: a house format in an SMEV 2 envelope, asked through zeep (docs/wire/epgu.md)."""
