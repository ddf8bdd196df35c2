// Each class runs a whole system of its own: one at a time, or they only slow each other down.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
