namespace MLPipeline.Export;

/// <summary>Where an export's time went, in seconds.</summary>
/// <param name="Trace">Running the module's rewritten code at several batch sizes and merging the records.</param>
/// <param name="Convert">Turning operators into nodes and running the graph passes.</param>
/// <param name="Write">Writing the file.</param>
/// <param name="Verify">Running module and file against each other.</param>
public sealed record ExportTimings(double Trace, double Convert, double Write, double Verify)
{
    /// <summary>The sum.</summary>
    public double Total => Trace + Convert + Write + Verify;
}
