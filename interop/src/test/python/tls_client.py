"""A client with TLS settings makes one call and says how it went.

    tls_client.py URI [roots=FILE] [chain=FILE] [key=FILE] [name=HOST] [insecure=yes] [token=BEARER]

prints what the action "identity" gives, or "failed " and the kind of error.
"""
import pathlib
import sys

import pyarrow.flight as flight


def read(words, name):
    return pathlib.Path(words[name]).read_bytes() if name in words else None


def main():
    words = dict(word.split("=", 1) for word in sys.argv[2:])
    settings = {"tls_root_certs": read(words, "roots"), "cert_chain": read(words, "chain"),
                "private_key": read(words, "key"), "override_hostname": words.get("name")}
    if "insecure" in words:
        settings["disable_server_verification"] = True
    headers = [(b"authorization", b"Bearer " + words["token"].encode())] if "token" in words else []
    client = flight.FlightClient(sys.argv[1], **settings)
    try:
        results = client.do_action(flight.Action("identity", b""), flight.FlightCallOptions(timeout=30, headers=headers))
        print("identity " + ",".join(r.body.to_pybytes().decode() for r in results))
    except Exception as e:
        print("failed " + type(e).__name__)
    finally:
        client.close()


if __name__ == "__main__":
    main()
