#!/bin/sh
# Makes ./files for compose.yaml: passwords, two authorities, and certificates for the servers and the first two registrars.
# Only for trying things out: keep a commission's real authority elsewhere. Run as root, because the files must belong to
# user 65532, as which the servers run.
set -eu
cd "$(dirname "$0")"
umask 077

if [ -e files ]; then
    echo "files exists already, and perhaps a database with its passwords. To begin again, remove both:" >&2
    echo "docker compose down --volumes; rm -r files" >&2
    exit 1
fi
mkdir -p files/server files/owner files/clients

password() { openssl rand -hex 24; }
owner=$(password)
server=$(password)
printf 'POSTGRES_PASSWORD=%s\nOWNER_PASSWORD=%s\nSERVER_PASSWORD=%s\n' "$(password)" "$owner" "$server" \
    > files/database.env
printf '*:*:accreditation:accreditd:%s\n' "$server" > files/server/pgpass
printf '*:*:accreditation:accreditd:%s\n*:*:accreditation:accreditation:%s\n' "$server" "$owner" > files/owner/pgpass
cp accreditd.toml files/server/

key() { openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1"; }

# authority FILE NAME: makes FILE.key and FILE.pem.
authority() {
    key "$1.key"
    openssl req -x509 -new -key "$1.key" -subj "/CN=$2" -days 365 -out "$1.pem" \
        -addext "basicConstraints=critical,CA:TRUE" -addext "keyUsage=critical,keyCertSign,cRLSign"
}

# certificate FILE AUTHORITY NAME USAGE: makes FILE.key and FILE.pem, with NAME as subjectAltName and USAGE as extended key
# usage.
certificate() {
    key "$1.key"
    {
        printf 'subjectAltName=%s\nextendedKeyUsage=%s\n' "$3" "$4"
        printf 'keyUsage=critical,digitalSignature\nbasicConstraints=critical,CA:FALSE\n'
    } > "$1.ext"
    openssl req -new -key "$1.key" -subj "/CN=accreditation" |
        openssl x509 -req -CA "$2.pem" -CAkey "$2.key" -days 90 -extfile "$1.ext" -out "$1.pem"
    rm "$1.ext"
}

authority files/clients/server-ca "Authority of the servers"
authority files/clients/cec-ca "Authority of cec.example"
certificate files/server/server files/clients/server-ca "DNS:localhost,IP:127.0.0.1" serverAuth
for registrar in registrar-1 registrar-2; do
    certificate "files/clients/$registrar" files/clients/cec-ca "URI:spiffe://cec.example/$registrar" clientAuth
done
cp files/clients/cec-ca.pem files/server/

chmod 400 files/server/pgpass files/owner/pgpass
chown -R 65532:65532 files/server files/owner
echo "files is ready: docker compose build, then docker compose run --rm init, then docker compose up --detach"
