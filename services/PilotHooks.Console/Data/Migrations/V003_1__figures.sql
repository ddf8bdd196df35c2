-- What each replica of each service counted during a few seconds (FigureReport, as JSON), for the last hour.
CREATE TABLE figures (
    at timestamptz NOT NULL,
    service text NOT NULL,
    replica text NOT NULL,
    report text NOT NULL,
    stored_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (at, service, replica)
);

CREATE INDEX figures_stored ON figures (stored_at);
