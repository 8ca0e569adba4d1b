# One image for hub, worker and sandbox; the command chooses. The GOST engine serves HUB_ESIA_SIGNER=gost_openssl.
FROM python:3.11-slim-bookworm

RUN apt-get update \
    && apt-get install -y --no-install-recommends openssl libengine-gost-openssl \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 10001 hub

WORKDIR /srv/school-hub
COPY requirements.txt ./
RUN pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements.txt
COPY identity identity
COPY connectors connectors
COPY device_ingest device_ingest
COPY hub hub
COPY sandbox sandbox

ENV PYTHONUNBUFFERED=1 HUB_DATA_DIR=/var/lib/school-hub
RUN install -d -o hub -g hub -m 0700 /var/lib/school-hub
VOLUME /var/lib/school-hub
USER hub
EXPOSE 8000 9000
ENTRYPOINT ["python", "-m", "hub"]
CMD ["serve"]
