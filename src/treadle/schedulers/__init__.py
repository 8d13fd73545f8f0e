"""Schedulers: who runs next. One algorithm per file, all behind the ``Scheduler`` of ``base``."""
