using MLPipeline.Cli.Output;

namespace MLPipeline.Cli.Tests.Output;

public sealed class FailureTests
{
    [Fact]
    public void A_cancellation_inside_MLNets_threads_is_a_cancellation()
    {
        var failure = new InvalidOperationException("waiter", new InvalidOperationException("consolidator",
            new InvalidOperationException("splitter", new OperationCanceledException())));

        Assert.Equal(ExitCode.Cancelled, Failure.Report(failure, new StringWriter(), trace: false));
    }

    [Fact]
    public void A_known_failure_inside_is_told_in_its_own_words()
    {
        var told = new StringWriter();

        Assert.Equal(ExitCode.Error, Failure.Report(new InvalidOperationException("outer", new IOException("the disk is full")), told, trace: false));
        Assert.Equal("mlpipeline: the disk is full", told.ToString().Trim());
    }

    [Fact]
    public void An_unknown_failure_is_not_hidden()
    {
        var told = new StringWriter();

        Assert.Equal(ExitCode.Error, Failure.Report(new InvalidOperationException("outer", new FormatException("inner")), told, trace: false));
        Assert.Contains("unexpected InvalidOperationException: outer", told.ToString());
        Assert.Contains("--verbose", told.ToString());
    }
}
