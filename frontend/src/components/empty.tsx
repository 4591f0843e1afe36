interface Props {
  icon: React.ReactNode;
  children: React.ReactNode;
}

/** Nothing here, what that means, and the one next step. */
export const Empty = ({ icon, children }: Props) => (
  <div className="void">
    {icon}
    <p>{children}</p>
  </div>
);
