# The server's image. Its context is this folder or the published package: what it takes is listed in .dockerignore.
# The base brings Node, and no shell or package manager. A mirror of it can be named with --build-arg.
ARG NODE_IMAGE=gcr.io/distroless/nodejs24-debian13:nonroot

# Gathers what the image takes into one layer. Nothing runs in either stage: any machine builds the image for any
# platform without emulation, and builders without BuildKit, which do not know $BUILDPLATFORM, build it too.
# hadolint ignore=DL3006
FROM ${NODE_IMAGE} AS bundle
WORKDIR /app
COPY package.json LICENSE ./
COPY dist/THIRD-PARTY-LICENSES.txt ./dist/
COPY dist/server/ ./dist/server/

# hadolint ignore=DL3006
FROM ${NODE_IMAGE}
# Buffers from 32 KiB on come from the system and go back to it at once. By default the C library moves that border up
# to whatever was freed last, and keeps holes: a burst of large requests would stay resident for good.
ENV NODE_ENV=production \
    MALLOC_MMAP_THRESHOLD_=32768 \
    MALLOC_TRIM_THRESHOLD_=131072 \
    MALLOC_ARENA_MAX=2
WORKDIR /app
COPY --from=bundle /app/ ./
USER 65532:65532
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=15s --retries=3 \
  CMD ["/nodejs/bin/node", "-e", "fetch(`http://127.0.0.1:${process.env.MCP_S3_PORT || 8080}/health`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Node is the first process and gets SIGTERM itself.
ENTRYPOINT ["/nodejs/bin/node"]
CMD ["dist/server/main.js"]
