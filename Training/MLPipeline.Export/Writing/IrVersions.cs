namespace MLPipeline.Export.Writing;

/// <summary>The version of the file format that goes with each opset, from ONNX's table of releases (docs/Versioning.md).</summary>
internal static class IrVersions
{
    /// <summary>The IR version of the ONNX release that brought an opset; readers of that opset know it.</summary>
    public static int For(int opset) => opset switch
    {
        <= 14 => 7,
        <= 18 => 8,
        <= 20 => 9,
        _ => 10,
    };
}
