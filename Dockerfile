# One image for every role: `--role runbook`, or `--role probe --vantage NAME`. See docker-compose.yml.
FROM node:24.11-bookworm-slim AS base
WORKDIR /app
ENV NODE_ENV=production

FROM base AS packages
COPY package.json package-lock.json .npmrc ./
# No package of ours needs a script of its own: the native parts come prebuilt inside the packages.
RUN npm ci --omit=dev --ignore-scripts

FROM packages AS build
COPY scripts/build.mjs scripts/
COPY src src
RUN node scripts/build.mjs

FROM base
# `dig` and `nsupdate`, for sites whose DNS provider is rfc2136.
RUN apt-get update && apt-get install --no-install-recommends -y bind9-dnsutils && rm -rf /var/lib/apt/lists/*
COPY --from=packages /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json ./
COPY deploy/polls.mjs deploy/
COPY sites sites
USER node
ENV HANDOVER_SECRETS_DIR=/run/secrets
ENTRYPOINT ["node", "--enable-source-maps", "dist/src/worker.js"]
CMD ["--role", "runbook"]
