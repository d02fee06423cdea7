namespace MLPipeline.Export.Coverage;

/// <summary>How a method or module of TorchSharp fares in an export.</summary>
public enum CoverageStatus
{
    /// <summary>It has a converter.</summary>
    Exported,

    /// <summary>Its own code leads to nothing but converters, facts about tensors, and constants.</summary>
    Descends,

    /// <summary>It leads to a native function without a converter, or reads elements.</summary>
    Refused,

    /// <summary>It means nothing in a file that only infers; <see cref="CoverageEntry.Reason"/> says why.</summary>
    LeftOut,
}

/// <summary>A method or module of TorchSharp.</summary>
/// <param name="Family">Where it stands: <c>Tensor</c>, <c>torch</c>, <c>functional</c>, <c>modules</c> ...</param>
/// <param name="Name">Its name; overloads share one entry, and an in-place form is one of its own.</param>
/// <param name="Overloads">How many there are.</param>
/// <param name="Status">How it fares; of several overloads, the worst.</param>
/// <param name="Reason">Why it is refused or left out; empty otherwise.</param>
public sealed record CoverageEntry(string Family, string Name, int Overloads, CoverageStatus Status, string Reason);
