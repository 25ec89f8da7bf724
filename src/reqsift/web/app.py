"""Mounts the pages onto the server's application."""

from fastapi import FastAPI
from nicegui import ui

from reqsift.bootstrap import Services


def mount_pages(app: FastAPI, services: Services, *, max_upload: int) -> None:
    """Serve the pages from `/`, beside the routes that `app` has."""

    @ui.page("/")
    def index() -> None:
        ui.label("reqsift")

    ui.run_with(app, title="reqsift", dark=None, show_welcome_message=False)
