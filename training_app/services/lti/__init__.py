"""Learning platforms as the database knows them: registrations, deployments, invitations, accounts and grades."""
