"""What a seller promises his customers: texts whose every figure is a fact of scenario, law or simulation."""
