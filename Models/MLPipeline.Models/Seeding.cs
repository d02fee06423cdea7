using static TorchSharp.torch;

namespace MLPipeline.Models;

/// <summary>Random numbers from a seed that leave no trace in torch's global generator, which initialisers draw from.</summary>
internal static class Seeding
{
    // There is one global generator: two networks created at the same time must not draw from each other's seed.
    private static readonly Lock OneAtATime = new();

    public static T Run<T>(long seed, Func<T> create)
    {
        using var turn = OneAtATime.EnterScope();
        using var before = get_rng_state();
        try
        {
            using var seeded = random.manual_seed(seed);
            return create();
        }
        finally
        {
            set_rng_state(before);
        }
    }
}
