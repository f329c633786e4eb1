# The watcher as an image: `docker build -t dli-watch .`. How to run it: config/compose.yaml, config/kubernetes.yaml.
# BASE is any image with Node 26 and npm.
ARG BASE=node:26-slim

FROM ${BASE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# No package needs its install script here: Node itself comes with the base.
RUN npm ci --ignore-scripts
COPY rolldown.config.ts ./
COPY src src
COPY config config
RUN npm run build && chmod +x dist/cli.js && npm prune --omit=dev --ignore-scripts && \
    install -d -o 10001 -g 10001 dist/.cache
# What is compiled for the demo is read, by this user alone, at every start.
USER 10001:10001
RUN node dist/cli.js demo --once && chmod -R a+rX dist/.cache

FROM ${BASE}
WORKDIR /app
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY --from=build /app/config config
COPY package.json LICENSE ./
RUN ln -s /app/dist/cli.js /usr/local/bin/dli-watch && install -d -o 10001 -g 10001 /data
# Nothing is written outside /data, not even what SQLite sorts.
ENV NODE_ENV=production \
    DLI_WATCH_CONFIG=/etc/dli-watch/dli-watch.yaml \
    DLI_WATCH_LISTEN=0.0.0.0:8080 \
    DLI_WATCH_STORE=/data/dli-watch.db \
    TMPDIR=/data
USER 10001:10001
VOLUME /data
EXPOSE 8080
# For a configuration that listens elsewhere, give the container a check of its own.
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s \
    CMD ["node", "--eval", "process.exit((await fetch('http://127.0.0.1:8080/healthz')).ok ? 0 : 1)"]
ENTRYPOINT ["node", "/app/dist/cli.js"]
CMD ["run"]
