"""The engines that come with the suite, each behind `ocr.engine.Engine`."""
