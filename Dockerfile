# One image for `countersign api`, `countersign worker` and `countersign migrate`. It holds no secret and no embedded default.
FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY . .
# Optional packages are the embedded default's (Postgres from npm): here the database is a service of its own.
RUN npm run build && npm prune --omit=dev --omit=optional --ignore-scripts

FROM node:24-slim
# A worker's health and metrics have a port of their own.
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 COUNTERSIGN_WORKER_PORT=3001
WORKDIR /app
COPY LICENSE package.json ./
COPY prisma prisma
COPY bin bin
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
USER node
EXPOSE 3000 3001
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "bin/countersign.js"]
CMD ["api"]
