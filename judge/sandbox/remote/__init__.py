"""Programs that run on another machine: SandboxFusion's protocol, its client and a server of our own."""
