namespace MLPipeline.Cli.Tests.Fixtures;

/// <summary>Presses Ctrl-C as soon as some words are written.</summary>
internal sealed class StoppingWriter(string words, CancellationTokenSource stop) : StringWriter
{
    public override void Write(string? value)
    {
        base.Write(value);
        if (value?.Contains(words, StringComparison.Ordinal) == true)
            stop.Cancel();
    }
}
