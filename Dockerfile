# The site as an image. It runs as a user without rights, on a read-only root; all it writes is under
# /data (database on SQLite, uploads) and /tmp. Migrations are a step of their own:
#
#     docker run --rm --env-file production.env IMAGE python manage.py migrate
#     docker run --read-only --tmpfs /tmp --volume data:/data --env-file production.env IMAGE

# The base is pinned by its tag; whoever builds for production adds the digest of the image they checked.
FROM python:3.13-slim-bookworm AS build

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1 \
    PYTHONDONTWRITEBYTECODE=1
WORKDIR /app

# Before the code, so that a change of code keeps this layer.
COPY requirements.txt requirements-optional.txt ./
# --build-arg OPTIONAL=1: with what OCSC_SENTRY_DSN and OCSC_S3_BUCKET need.
ARG OPTIONAL=""
RUN python -m venv /venv \
    && /venv/bin/pip install --require-hashes --no-deps --only-binary :all: -r requirements.txt \
        ${OPTIONAL:+-r requirements-optional.txt}
ENV PATH=/venv/bin:$PATH

COPY . .
# These steps need some secret for Django to start; it is in no layer's environment, and nothing made here holds it.
RUN python deploy/messages.py \
    && OCSC_ENV=local OCSC_SECRET_KEY=only-for-this-step OCSC_STATIC_ROOT=/static \
        python manage.py collectstatic --noinput \
    && python -m compileall -q ocsc_site news deploy


FROM python:3.13-slim-bookworm

# Pillow loads FriBidi when it draws: without it Thai vowels and tone marks collide on the share cards.
# pg_dump and gpg make backups; an older pg_dump can't read a newer server, so compose.yaml has the same release.
# Versions are those of the base image's release of Debian; a pinned one would vanish at the next security fix.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends gpg libfribidi0 postgresql-client-15 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin ocsc \
    && install --directory --owner ocsc --group ocsc /data

ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    OCSC_BIND=0.0.0.0:8000 \
    OCSC_DATA_DIR=/data \
    OCSC_STATIC_ROOT=/static
WORKDIR /app
COPY --from=build /venv /venv
COPY --from=build /static /static
COPY --from=build /app /app

USER 10001
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM

HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "deploy/healthcheck.py"]

CMD ["python", "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py"]
