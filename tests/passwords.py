"""The password of every account in tests, and a way to keep passwords that costs next to nothing."""

from argon2 import PasswordHasher

from training_app.services.sign_in import Passwords

PASSWORD = "three quiet ferries at noon"
QUICK = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
