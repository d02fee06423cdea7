using System.CommandLine;
using MLPipeline.Cli.Commands.Flags;
using MLPipeline.Cli.Output;
using MLPipeline.Cli.Stages;
using MLPipeline.Training;
using MLPipeline.Training.Datasets;

namespace MLPipeline.Cli.Commands;

/// <summary>A command that trains networks, one after the other: which, on what, how, and where the results go.</summary>
internal abstract class TrainingCommand : Command
{
    private readonly ModelFlags _models = new();
    private readonly DataFlags _data = new();
    private readonly OutputFlag _output = new();
    private readonly JsonFlag _json = new();

    protected TrainingCommand(string name, string description)
        : base(name, description)
    {
        _models.AddTo(this);
        _data.AddTo(this, training: true);
        Training.AddTo(this);
        Options.Add(_output);
        Options.Add(_json);
        SetAction(RunAsync);
    }

    /// <summary>How the networks are trained.</summary>
    protected TrainingFlags Training { get; } = new();

    /// <summary>Does one network's work.</summary>
    /// <param name="work">The network, its data, recipe and folder.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="terminal">Takes progress and results.</param>
    /// <param name="cancellation">Saves and stops.</param>
    protected abstract void Run(Work work, ParseResult parsed, Terminal terminal, CancellationToken cancellation);

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var terminal = Terminal.Of(parsed, parsed.GetValue(_json));
        var plan = TrainingPlan.Of(parsed, _models, Training);
        var start = TimeProvider.System.GetTimestamp();
        using var data = await _data.LoadAsync(parsed, terminal, cancellation).ConfigureAwait(false);
        var loading = TimeProvider.System.GetElapsedTime(start).TotalSeconds;
        plan.CheckImages(data);
        foreach (var entry in plan.Entries)
        {
            var folder = _output.FolderOf(parsed, entry.Name);
            Run(new Work(plan.Choice(entry, data), data, plan.Recipe(data, folder), folder, loading), parsed, terminal, cancellation);
        }
        return ExitCode.Ok;
    }

    /// <summary>One network's work.</summary>
    /// <param name="Choice">The network.</param>
    /// <param name="Data">What it learns.</param>
    /// <param name="Recipe">How.</param>
    /// <param name="Folder">Gets the results.</param>
    /// <param name="LoadingSeconds">What it took to load the data.</param>
    protected sealed record Work(NetworkChoice Choice, ImageSplit Data, TrainerOptions Recipe, string Folder, double LoadingSeconds);
}
