// torch has one global random generator, and the tests look at it.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
