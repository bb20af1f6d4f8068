# docker build -t wukong-apiserver .
# docker run -d --name wukong -p 127.0.0.1:8443:8443 -v wukong:/data wukong-apiserver
# docker exec wukong wukong-apiserver kubeconfig --file-rootpath=/data > kubeconfig
# kubectl --kubeconfig kubeconfig get pizzas -A
FROM node:22-alpine AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
# Without scripts: the only one that matters is this package's own build, which needs the sources.
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY src src
COPY examples examples
RUN npm run build && npm prune --omit=dev --ignore-scripts

FROM node:22-alpine
WORKDIR /opt/wukong-apiserver
# All of it belongs to root: the server can't change its own code.
COPY --from=build /build/node_modules node_modules
COPY --from=build /build/dist dist
COPY package.json LICENSE ./
COPY bin bin
COPY configs configs
RUN ln -s /opt/wukong-apiserver/bin/wukong-apiserver /usr/local/bin/wukong-apiserver \
  && install -d -o node -g node -m 0700 /data
USER node
# The root: objects, certificates, journal.
VOLUME /data
EXPOSE 8443
# Plain HTTP stays on the container's own loopback.
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:6080/readyz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["wukong-apiserver"]
# Flags given to `docker run` take the place of these.
CMD ["--file-rootpath=/data", "--bind-address=0.0.0.0"]
