# The image of web, worker and beat (docker-compose.yml). Built in two stages, so that it carries no pip cache.
FROM python:3.11-slim-bookworm AS packages
RUN python -m venv /venv
COPY requirements.lock /
RUN /venv/bin/pip install --no-cache-dir --require-hashes --no-deps -r /requirements.lock

FROM python:3.11-slim-bookworm
# Pango lays out the PDFs.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin cspr \
    && install -d -o cspr -g cspr -m 700 /data
COPY --from=packages /venv /venv
COPY . /app
WORKDIR /app
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=cspr.settings \
    CSPR_DATA_DIR=/data \
    CSPR_STATIC_ROOT=/app/staticfiles
# Production settings refuse to load without these; nothing here is contacted, and nothing of it is kept.
RUN CSPR_SITE_URL=https://build.invalid CSPR_ALLOWED_HOSTS=build.invalid CSPR_FROM_EMAIL=build@build.invalid \
    DATABASE_URL=postgres://build.invalid/none REDIS_URL=redis://build.invalid \
    CSPR_SECRET_KEY=$(python -c "import secrets; print(secrets.token_urlsafe(60))") \
    CSPR_FIELD_KEYS=$(python -c "import secrets; print(secrets.token_hex(32))") \
    python manage.py collectstatic --no-input \
    && python -m compileall -q cspr referrals reviews
USER cspr
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=6s --start-period=30s CMD ["python", "-m", "cspr.probe", "web"]
CMD ["gunicorn", "cspr.wsgi", "--bind=0.0.0.0:8000", "--workers=3", "--threads=4", "--no-control-socket", "--worker-tmp-dir=/dev/shm"]
