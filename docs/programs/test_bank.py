import threading

import pytest
from bank import Account


@pytest.fixture
def account():
    return Account()


@pytest.mark.treadle
def test_both_are_kept(account):
    threads = [
        threading.Thread(target=account.deposit, args=(100,)),
        threading.Thread(target=account.withdraw, args=(50,)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert account.bal == 50
