namespace MLPipeline.Export.Tests.Converters;

/// <summary>What becomes of a class of modules: it exports, it is refused with a reason, or there is nothing to export.</summary>
internal abstract record ModuleCase
{
    /// <summary>Exports, with the module's numbers.</summary>
    /// <param name="Case">How.</param>
    public sealed record Exports(OperatorCase Case) : ModuleCase;

    /// <summary>Is refused.</summary>
    /// <param name="Case">How it would be exported.</param>
    /// <param name="Reason">What the message says.</param>
    public sealed record Refused(OperatorCase Case, string Reason) : ModuleCase;

    /// <summary>Has nothing to export.</summary>
    /// <param name="Reason">Why.</param>
    public sealed record Nothing(string Reason) : ModuleCase;
}
