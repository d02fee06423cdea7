namespace MLPipeline.Cli.Commands;

/// <summary>A command whose help ends with command lines to copy.</summary>
internal interface IHaveExamples
{
    /// <summary>Whole command lines.</summary>
    IReadOnlyList<string> Examples { get; }
}
