namespace MLPipeline.Training.Schedules;

/// <summary>How the learning rate moves over a run: a factor on the recipe's rate, for every step.</summary>
public sealed class LearningRateSchedule
{
    private readonly Func<double, double> _factor;

    private LearningRateSchedule(string name, string description, Func<double, double> factor)
    {
        Name = name;
        Description = description;
        _factor = factor;
    }

    /// <summary>All of them.</summary>
    public static IReadOnlyList<LearningRateSchedule> All { get; } =
    [
        new("linear", "falls in a straight line to zero", done => 1 - done),
        new("constant", "stays", _ => 1),
        new("cosine", "falls to zero along half a cosine (Loshchilov, Hutter 2017, without restarts)", done => (1 + Math.Cos(Math.PI * done)) / 2),
        new("step", "a tenth after half of the run, a hundredth after three quarters (He et al. 2016)", done => done < 0.5 ? 1 : done < 0.75 ? 0.1 : 0.01),
        new("triangle", "rises from zero over the first fifth, then falls in a straight line to zero", done => done < 0.2 ? done / 0.2 : (1 - done) / 0.8),
    ];

    /// <summary>The word for it: <c>linear</c>.</summary>
    public string Name { get; }

    /// <summary>What it does, in a few words.</summary>
    public string Description { get; }

    /// <summary>The schedule of a name.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists them.</exception>
    public static LearningRateSchedule Find(string name) =>
        All.FirstOrDefault(schedule => schedule.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw new ArgumentException($"The schedule '{name}' is unknown: there are {string.Join(", ", All.Select(s => s.Name))}.", nameof(name));

    /// <summary>The factor on the learning rate, 0 to 1, at one step.</summary>
    /// <param name="step">From 0 to one less than <paramref name="steps"/>, over the whole run.</param>
    /// <param name="steps">The whole run.</param>
    /// <remarks>Taken at the step's middle, so that no step of a falling or rising schedule is lost on a rate of zero.</remarks>
    public double Factor(long step, long steps) => _factor((step + 0.5) / steps);
}
