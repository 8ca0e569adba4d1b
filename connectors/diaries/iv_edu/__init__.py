"""The cabinet of Ivanovo region (service.iv-edu.ru), by the house format of docs/wire/iv_edu.md."""
