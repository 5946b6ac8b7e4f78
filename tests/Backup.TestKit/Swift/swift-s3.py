"""Runs OpenStack Swift with its S3 interface: all of its servers in this one process, everything in one folder.

    swift-s3.py FOLDER SECRET [CERTIFICATE KEY]

Says which port it listens to, with TLS if there is a certificate, and ends when its standard input does. Needs Debian's
swift-proxy, swift-account, swift-container and swift-object. Keys are «backup:owner», who may do all, and «backup:stranger»,
who may do nothing. The region is «north-1».
"""
import os
import sys

import eventlet

eventlet.monkey_patch()

import eventlet.tpool
import eventlet.wsgi
from swift.common import storage_policy, utils
from swift.common.ring import RingBuilder
from swift.common.wsgi import loadapp

CLUSTER = """
[swift-hash]
swift_hash_path_suffix = tests
[storage-policy:0]
name = only
default = true
"""

# Answers may take their time: the tests share their machine.
DEFAULTS = """
[DEFAULT]
swift_dir = {folder}
devices = {folder}/devices
mount_check = false
log_level = ERROR
"""

PATIENCE = """
conn_timeout = 60
node_timeout = 60
recoverable_node_timeout = 60
container_update_timeout = 60
"""

SERVER = DEFAULTS + PATIENCE + """
[pipeline:main]
pipeline = {kind}-server
[app:{kind}-server]
use = egg:swift#{kind}
fallocate_reserve = 0
""" + PATIENCE

PROXY = DEFAULTS + """
[pipeline:main]
pipeline = catch_errors gatekeeper listing_formats bulk s3api tempauth slo proxy-server
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:gatekeeper]
use = egg:swift#gatekeeper
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:bulk]
use = egg:swift#bulk
[filter:s3api]
use = egg:swift#s3api
location = north-1
storage_domain = localhost
max_bucket_listing = 30
[filter:tempauth]
use = egg:swift#tempauth
user_backup_owner = {secret} .admin
user_backup_stranger = {secret}
[filter:slo]
use = egg:swift#slo
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
""" + PATIENCE


class Memory:
    """What memcached would keep."""

    def __init__(self):
        self.values = {}

    def get(self, key, raise_on_error=False):
        return self.values.get(key)

    def set(self, key, value, **_):
        self.values[key] = value

    def delete(self, key, **_):
        self.values.pop(key, None)

    def incr(self, key, delta=1, **_):
        self.values[key] = self.values.get(key, 0) + delta
        return self.values[key]


def with_memory(app):
    memory = Memory()

    def run(environ, start_response):
        environ['swift.cache'] = memory
        return app(environ, start_response)
    return run


def write(folder, name, text):
    path = os.path.join(folder, name)
    with open(path, 'w') as file:
        file.write(text)
    return path


def serve(socket, app, log):
    eventlet.spawn(eventlet.wsgi.server, socket, app, log=log, log_output=True, max_size=4096)


def main(folder, secret, certificate=None, key=None):
    os.makedirs(os.path.join(folder, 'devices', 'd1'))
    write(folder, 'swift.conf', CLUSTER)
    utils.set_swift_dir(folder)
    storage_policy.reload_storage_policies()

    sockets = {kind: eventlet.listen(('127.0.0.1', 0)) for kind in ('account', 'container', 'object')}
    for kind, socket in sockets.items():
        builder = RingBuilder(1, 1, 0)
        builder.add_dev({'id': 0, 'region': 1, 'zone': 1, 'weight': 1, 'ip': '127.0.0.1',
                         'port': socket.getsockname()[1], 'device': 'd1'})
        builder.rebalance()
        builder.get_ring().save(os.path.join(folder, kind + '.ring.gz'))

    log = open(os.path.join(folder, 'log'), 'w', buffering=1)
    for kind, socket in sockets.items():
        serve(socket, loadapp(write(folder, kind + '.conf', SERVER.format(folder=folder, kind=kind))), log)

    socket = eventlet.listen(('127.0.0.1', 0))
    port = socket.getsockname()[1]
    if certificate:
        socket = eventlet.wrap_ssl(socket, certfile=certificate, keyfile=key, server_side=True)
    serve(socket, with_memory(loadapp(write(folder, 'proxy.conf', PROXY.format(folder=folder, secret=secret)))), log)
    print('listening on port %d' % port, flush=True)
    eventlet.tpool.execute(sys.stdin.read)


main(*sys.argv[1:])
